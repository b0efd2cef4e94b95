using System.CommandLine;
using Towpath.Cli.CommandLine;

namespace Towpath.Cli.Client;

/// <summary>A command that asks the control plane.</summary>
internal abstract class ServerVerb : Verb
{
    private readonly Option<string> _url = new("--url") { Description = "the control plane (before TOWPATH_URL and towpath.yaml)", HelpName = "URL" };
    private readonly Option<string> _tokenFile = new("--token-file") { Description = "read the API token from a file (before TOWPATH_TOKEN)", HelpName = "FILE" };

    protected ServerVerb(string name, string description)
        : base(name, description)
    {
        Options.Add(_url);
        Options.Add(_tokenFile);
    }

    protected sealed override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (!Connection.Find(call.Get(_url), call.Get(_tokenFile), call.Terminal).Is(out var connection, out var failure)) return call.Fail(failure);
        if (WorksAlone(call, connection)) return await RunAloneAsync(call, cancellationToken);
        if (!(await IdentifyAsync(call, connection, cancellationToken)).Is(out var identified, out var unknown)) return call.Fail(unknown);
        using var api = new ApiClient(identified);
        return await RunAsync(call, api, cancellationToken);
    }

    /// <summary>Who this command is to the control plane, where that is more than the connection knows.</summary>
    protected virtual Task<Answer<Connection>> IdentifyAsync(Call call, Connection connection, CancellationToken cancellationToken) => Task.FromResult(new Answer<Connection>(connection, null));

    /// <summary>Whether this call is meant without a control plane.</summary>
    protected virtual bool WorksAlone(Call call, Connection connection) => false;

    protected virtual Task<int> RunAloneAsync(Call call, CancellationToken cancellationToken) => throw new NotSupportedException($"{Name} needs a control plane");

    protected abstract Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken);

    /// <summary>A part of a path.</summary>
    protected static string Escape(string? part) => Uri.EscapeDataString(part ?? "");
}
