from tests.stacks import address, api, api_stack, stored, stranger

__all__ = ["address", "api", "api_stack", "stored", "stranger"]
