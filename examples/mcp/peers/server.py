"""A server written with the protocol's Python SDK, for the client of this example: python server.py

It offers a bit of everything, and asks its client back.
"""

import logging

from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import AssistantMessage, UserMessage
from mcp_types import EmbeddedResource, ResourceLink, TextContent, TextResourceContents
from pydantic import BaseModel

server = MCPServer("python-peer", version="1.2.3", instructions="Ask anything.", log_level="ERROR")

# The smallest PNG: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)


class Sum(BaseModel):
    """What `add` answers."""

    total: int


class Name(BaseModel):
    """What `greet` asks the user for."""

    name: str


@server.tool()
def add(a: int, b: int) -> Sum:
    """Adds two numbers."""
    return Sum(total=a + b)


@server.tool(structured_output=False)
async def greet(ctx: Context) -> str:
    """Asks the user for a name, and greets."""
    await ctx.report_progress(1, 2, "asking")
    answer = await ctx.elicit("Who are you?", Name)
    if answer.action != "accept":
        return "Nobody wants to be greeted."
    return f"Hello, {answer.data.name}!"


@server.tool(structured_output=False)
def everything() -> list:
    """Answers with a block of each kind."""
    return [
        "plain text",
        Image(data=PIXEL, format="png"),
        ResourceLink(type="resource_link", name="motto", uri="text://motto", mime_type="text/plain"),
        EmbeddedResource(
            type="resource",
            resource=TextResourceContents(uri="text://inside", mime_type="text/plain", text="inside"),
        ),
        TextContent(type="text", text="more text"),
    ]


@server.tool()
def fail() -> str:
    """Fails."""
    raise ToolError("on purpose")


@server.resource("text://motto", mime_type="text/plain")
def motto() -> str:
    """What to live by."""
    return "Say what you mean."


@server.resource("image://pixel", mime_type="image/png")
def pixel() -> bytes:
    """One pixel."""
    return PIXEL


@server.resource("text://upper/{word}")
def upper(word: str) -> str:
    """A word in capitals."""
    return word.upper()


@server.prompt()
def review(code: str, language: str = "Rust") -> list:
    """Asks for a review."""
    return [UserMessage(f"Review this {language}: {code}"), AssistantMessage("Gladly.")]


if __name__ == "__main__":
    # What it fails at, it is asked for on purpose.
    logging.disable()
    server.run("stdio")
