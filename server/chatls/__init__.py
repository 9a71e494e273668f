"""chatls: a chat language server. One process that gives any editor a conversation with a language model."""

__version__ = "0.1.0"
