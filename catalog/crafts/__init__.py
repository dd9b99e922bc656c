"""The taxonomy: crafts, techniques, materials and motifs, Indonesian and English."""
