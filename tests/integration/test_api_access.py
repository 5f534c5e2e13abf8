"""Authentication: API keys by default; IAM signatures or a user pool's tokens by parameter."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from infra.local.stack import CREDENTIALS, REGION, LocalStack, local_stack
from tests.conftest import silent
from tests.stacks import wait_for

_ORIGIN = "https://desk.example.org"
# A function's first answer takes seconds.
_CLIENT = httpx.Client(timeout=60)


@pytest.fixture(scope="module")
def signed(tiny_pack_dir: Path) -> Iterator[LocalStack]:
    parameters = {"Access": "Iam", "CorsOrigin": _ORIGIN, "DeskPage": "false"}
    with local_stack(tiny_pack_dir, silent, parameters=lambda _: parameters) as stack:
        yield stack


def sign(url: str) -> dict[str, str]:
    session = boto3.Session(
        CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"], region_name=REGION
    )
    credentials: Any = session.get_credentials()
    request = AWSRequest("GET", url)
    SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
    return dict(request.headers.items())


def test_with_iam_a_signature_opens_and_a_key_does_not(signed: LocalStack) -> None:
    url = f"{signed.api_url}/languages"
    assert _CLIENT.get(url, headers=sign(url)).status_code == 200
    for headers in ({}, {"x-api-key": "any"}):
        response = _CLIENT.get(url, headers=headers)
        assert response.status_code == 403
        assert response.headers["content-type"] == "application/problem+json"
    assert "ApiKeyId" not in signed.outputs


def test_a_page_that_was_named_may_use_the_api_and_no_other(signed: LocalStack) -> None:
    url = f"{signed.api_url}/languages"
    preflight = _CLIENT.options(url, headers={"Origin": _ORIGIN})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == _ORIGIN
    assert "Idempotency-Key" in preflight.headers["access-control-allow-headers"]
    answer = _CLIENT.get(url, headers={**sign(url), "Origin": _ORIGIN})
    assert answer.headers["access-control-allow-origin"] == _ORIGIN
    other = _CLIENT.options(url, headers={"Origin": "https://evil.example"})
    assert other.headers.get("access-control-allow-origin") != "https://evil.example"


def test_the_desks_page_can_be_left_out(signed: LocalStack) -> None:
    assert _CLIENT.get(f"{signed.api_url}/").status_code == 403
    assert _CLIENT.get(f"{signed.api_url}/docs").status_code == 403
    assert _CLIENT.get(f"{signed.api_url}/health").status_code == 200


class Pool:
    """A user pool with one editor, made before the template is deployed."""

    token: str
    subject: str

    def __call__(self, stack: LocalStack) -> Mapping[str, str]:
        cognito = stack.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="desk")["UserPool"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool["Id"],
            ClientName="desk",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]
        who, password = "ana@desk.example.org", "Teletipo-2026!"
        user = cognito.admin_create_user(
            UserPoolId=pool["Id"],
            Username=who,
            UserAttributes=[{"Name": "email", "Value": who}],
            MessageAction="SUPPRESS",
        )["User"]
        self.subject = next(each["Value"] for each in user["Attributes"] if each["Name"] == "sub")
        cognito.admin_set_user_password(
            UserPoolId=pool["Id"], Username=who, Password=password, Permanent=True
        )
        self.token = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": who, "PASSWORD": password},
            ClientId=client["ClientId"],
        )["AuthenticationResult"]["IdToken"]
        return {
            "Access": "Jwt",
            "UserPoolArn": pool["Arn"],
            "RequestsPerSecond": "1",
            "RequestBurst": "20",
        }


def test_with_tokens_an_editor_is_let_in_and_known_and_all_are_throttled(
    tiny_pack_dir: Path,
) -> None:
    pool = Pool()
    with local_stack(tiny_pack_dir, silent, parameters=pool) as stack:
        entitled = {"Authorization": f"Bearer {pool.token}"}
        assert _CLIENT.get(f"{stack.api_url}/languages", headers=entitled).status_code == 200
        forged = pool.token[:-8] + "AAAAAAAA"
        for headers in ({}, {"x-api-key": "a"}, {"Authorization": f"Bearer {forged}"}):
            refused = _CLIENT.get(f"{stack.api_url}/languages", headers=headers)
            assert refused.status_code == 401
            assert refused.json()["code"] == "unauthorized"
        body = (Path("events") / "articles" / "en-heatwave-trains.txt").read_bytes()
        posted = _CLIENT.post(
            f"{stack.api_url}/summaries?targets=en",
            content=body,
            headers=entitled,
        )
        address = f"{stack.api_url}/summaries/{posted.json()['id']}"
        wait_for(lambda: _CLIENT.get(address, headers=entitled).status_code == 200)
        review = _CLIENT.post(
            f"{address}/review",
            json={"decision": "approved"},
            headers=entitled,
        )
        # The subject, which the user cannot change, rather than the e-mail address.
        assert review.json()["reviewed_by"] == f"user:{pool.subject}"
        # Together, since the burst refills by one a second; of each method and path alone.
        with ThreadPoolExecutor(3) as threads:
            answers = list(threads.map(lambda _: _CLIENT.get(f"{stack.api_url}/health"), range(60)))
        late = [answer for answer in answers if answer.status_code == 429]
        assert late
        assert late[0].json()["code"] == "throttled"
        assert late[0].headers["retry-after"] == "2"
        assert json.dumps(late[0].json())
