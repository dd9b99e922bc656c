"""What buyers say of pieces and shops of buyers: for delivered lines only, both at once, never counted while hidden."""
