"""The bar at the top, which all places share."""
