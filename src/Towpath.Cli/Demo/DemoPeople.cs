using Towpath.Cli.Client;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo;

/// <summary>Everybody in the story, each with a token of their own.</summary>
internal sealed class DemoPeople : IDisposable
{
    private readonly List<ApiClient> _all = [];
    private readonly Uri _url;

    private DemoPeople(Uri url) => _url = url;

    public required DemoActor Administrator { get; init; }

    /// <summary>CI may report builds and nothing else.</summary>
    public DemoActor Ci { get; private set; } = null!;

    /// <summary>A developer: writes commits, asks for promotions.</summary>
    public DemoActor Dana { get; private set; } = null!;

    /// <summary>Staff.</summary>
    public DemoActor Kim { get; private set; } = null!;

    /// <summary>The client.</summary>
    public DemoActor Pat { get; private set; } = null!;

    public static async Task<DemoPeople> MeetAsync(DemoFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var administrator = new ApiClient(new Connection(folder.ControlPlane, "the demo", (await File.ReadAllTextAsync(folder.TokenFile, cancellationToken)).Trim()));
        var people = new DemoPeople(folder.ControlPlane) { Administrator = new DemoActor("administrator", administrator, time) };
        people._all.Add(administrator);
        people.Ci = await people.InviteAsync("ci", ["builds"], time, cancellationToken);
        people.Dana = await people.InviteAsync("dana", null, time, cancellationToken);
        people.Kim = await people.InviteAsync("kim", null, time, cancellationToken);
        people.Pat = await people.InviteAsync("pat", null, time, cancellationToken);
        return people;
    }

    public void Dispose()
    {
        foreach (var client in _all) client.Dispose();
    }

    private async Task<DemoActor> InviteAsync(string user, IReadOnlyList<string>? scopes, TimeProvider time, CancellationToken cancellationToken)
    {
        var token = await Administrator.CreateTokenAsync(new CreateToken(user, "demo", scopes), cancellationToken);
        var client = new ApiClient(new Connection(_url, "the demo", token));
        _all.Add(client);
        return new DemoActor(user, client, time);
    }
}
