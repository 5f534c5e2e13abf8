from tests.stacks import address, api, api_stack

__all__ = ["address", "api", "api_stack"]
