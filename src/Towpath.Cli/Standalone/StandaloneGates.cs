using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;

namespace Towpath.Cli.Standalone;

/// <summary>
/// The gates of an environment without a control plane. Nobody can approve here, so asking for approvals keeps them closed;
/// <c>after</c> is answered from the journals in the same folder.
/// </summary>
internal static class StandaloneGates
{
    public static GateResult Evaluate(DeployRequest request, Digest digest, string user, DateTimeOffset now) => GateEvaluator.Evaluate(new GateInput
    {
        Now = now,
        Key = request.Key,
        Environment = request.Environment,
        PolicyRevision = PolicyRevision.Of(request.Environment),
        Organization = request.Configuration.Organization,
        Digest = digest,
        Origin = Origin.Manual,
        RequestedBy = user,
        Successes = Successes(request, digest),
    });

    /// <summary>The tree as it was, under one fact that says who passed it over and why.</summary>
    public static GateResult BrokenGlass(GateResult closed, string user, string reason) => new()
    {
        Gate = "break_glass",
        State = GateState.Open,
        Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = user, ["reason"] = reason },
        Children = [closed],
    };

    private static Dictionary<string, DateTimeOffset> Successes(DeployRequest request, Digest digest)
    {
        var successes = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var environment in request.Application.Environments)
            if (JournalFile.ReadLast(request.Journal, new EnvironmentKey(request.Application.Name, environment.Name)) is { } last
                && last.Successes.TryGetValue(digest.Value, out var at))
                successes[environment.Name] = at;
        return successes;
    }
}
