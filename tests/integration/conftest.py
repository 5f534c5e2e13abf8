from tests.stacks import api, api_stack, stored, stranger

__all__ = ["api", "api_stack", "stored", "stranger"]
