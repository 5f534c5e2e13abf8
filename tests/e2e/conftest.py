from tests.stacks import address, api, api_stack, stored

__all__ = ["address", "api", "api_stack", "stored"]
