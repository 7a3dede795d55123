"""Many pages: found, counted, cleaned side by side, written whole, and put back."""
