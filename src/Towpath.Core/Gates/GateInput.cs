using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Watches;

namespace Towpath.Core.Gates;

/// <summary>Everything that gates may look at, read at one moment. Gates do no I/O.</summary>
public sealed record GateInput
{
    public required DateTimeOffset Now { get; init; }
    public required EnvironmentKey Key { get; init; }
    public required EnvironmentSpec Environment { get; init; }
    public required string PolicyRevision { get; init; }
    public required Organization Organization { get; init; }
    public required Digest Digest { get; init; }
    public required Origin Origin { get; init; }
    public required string RequestedBy { get; init; }

    /// <summary>Who wrote the commit, where CI told.</summary>
    public string? Author { get; init; }

    /// <summary>Who else had a hand in what is deployed.</summary>
    public IReadOnlyList<string> Hands { get; init; } = [];

    /// <summary>The pull request that the build was made for; null for all others.</summary>
    public long? BuiltForPull { get; init; }

    /// <summary>Every decision recorded for this deployment, void ones included.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>What is known of the commit's checks; null where nothing here knows them, which keeps a gate that asks for them closed.</summary>
    public CommitChecks? Checks { get; init; }
    public EnvironmentLock? Lock { get; init; }
    public EnvironmentPin? Pin { get; init; }
    public Suspension? Suspension { get; init; }

    /// <summary>When this digest last succeeded in each environment of the application.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Successes { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
}
