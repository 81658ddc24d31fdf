"""The vision-language models of transformers that the pointer works on, one file each."""
