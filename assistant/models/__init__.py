"""The recognisers' models: fetched and unpacked at set-up, checked before an engine may touch them.

Only set-up downloads (`install`, `download`, `archive`); what runs only looks (`vosk_model`, `whisper_model`).
"""
