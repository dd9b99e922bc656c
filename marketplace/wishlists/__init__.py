"""What somebody would like to have: lists with names, shared by a link, and a word when something is back."""
