"""Wat een integrator met een testsleutel nabootst: wat een persoon of mailserver anders zou doen."""
