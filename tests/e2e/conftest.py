from tests.stacks import api, api_stack

__all__ = ["api", "api_stack"]
