"""Media time as people read it."""


def clock(time_s: float, *, decimals: int = 0, hour_digits: int = 0) -> str:
    """Return a media time as people read it: "1:02:03", "02:03", with decimals "02:03.40".

    What is cut off is not rounded up: a frame at 59.999 s lies in the first minute.

    Args:
        time_s: Seconds, 0 or more.
        decimals: Of the seconds.
        hour_digits: Write the hours even where there are none, with so many digits, so that all times are as wide.
    """
    unit = 10**decimals
    whole = int(time_s * unit + 1e-6)
    seconds, rest = divmod(whole, unit)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours:0{hour_digits}d}:" if hours or hour_digits else ""
    text = f"{head}{minutes:02d}:{seconds:02d}"
    return f"{text}.{rest:0{decimals}d}" if decimals else text


def seconds_of(text: str) -> float:
    """Return the seconds of a time such as "1:02:03.4", "02:03" or "12.5".

    Raises:
        ValueError: It is none; the message is for people.
    """
    parts = text.strip().replace(",", ".").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if not 1 <= len(numbers) <= 3 or any(number < 0 or number != number for number in numbers):
        raise ValueError("Write a time as 1:02:03.4 or as seconds")
    seconds = 0.0
    for number in numbers:
        seconds = seconds * 60 + number
    return seconds
