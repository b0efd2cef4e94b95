using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>One request, once it is known where it goes and who sends it.</summary>
public sealed class Call(EmulatorWorld world, HttpContext http, int number)
{
    private JsonObject? _input;

    public EmulatorWorld World { get; } = world;

    public HttpContext Http { get; } = http;

    public int Number { get; } = number;

    public Route? Route { get; internal set; }

    internal Dictionary<string, string> Values { get; set; } = [];

    public ReadOnlyMemory<byte> Body { get; internal set; }

    public Caller Caller { get; internal set; } = new Caller.Anonymous();

    internal bool Dropped { get; set; }

    internal bool IsNoted { get; set; }

    /// <summary>The repository that the path names.</summary>
    public Repository Repository { get => field ?? throw new InvalidOperationException("The route names no repository."); internal set; } = null!;

    internal bool NamesRepository { get; set; }

    /// <summary>Who acts: the person, or the app's own account.</summary>
    public Account Actor => Caller.Actor ?? throw GitHubFault.RequiresAuthentication();

    public string this[string name] => Values[name];

    public long Number64(string name) => long.TryParse(Values[name], out var number) ? number : throw GitHubFault.NotFound();

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) && value.Count > 0 ? value[0] : null;

    /// <summary>The body; an empty object where none was sent.</summary>
    public JsonObject Input
    {
        get
        {
            if (_input is not null) return _input;
            if (Body.Length == 0) return _input = [];
            try
            {
                return _input = JsonNode.Parse(Body.Span) as JsonObject ?? throw new GitHubFault(StatusCodes.Status400BadRequest, "Body should be a JSON object");
            }
            catch (JsonException)
            {
                throw new GitHubFault(StatusCodes.Status400BadRequest, "Problems parsing JSON");
            }
        }
    }
}
