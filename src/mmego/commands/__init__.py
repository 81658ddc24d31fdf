"""The verbs of the command ``mmego qa``, one module each."""
