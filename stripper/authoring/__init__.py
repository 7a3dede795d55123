"""For those who write rules: the decisions of many pages, seen from the rules' side."""
