"""What is said of a picture that lies on its side or its head."""


def turned_by(turn_deg: int) -> str:
    """Return what to say of a picture that has to be turned clockwise by 90, 180 or 270 degrees."""
    return f"The picture looks turned by {min(turn_deg, 360 - turn_deg)}°"
