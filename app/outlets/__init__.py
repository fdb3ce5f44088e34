"""Readings for other programs while they are made: Lab Streaming Layer, a local WebSocket, a virtual camera."""
