"""The cast and a believable country, built through the product's own actions."""
