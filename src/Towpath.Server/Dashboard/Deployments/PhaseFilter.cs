using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using Towpath.Core.Deployments;
using Towpath.Server.Features.Deployments;

namespace Towpath.Server.Dashboard.Deployments;

public enum PhaseGroup
{
    All,

    /// <summary>Everything that did not end well, or cannot go on.</summary>
    Failed,
    Waiting,

    /// <summary>Everything that has not ended.</summary>
    Open,
    Succeeded,
}

/// <summary>Which deployments a list shows; it lives in the page's address.</summary>
public sealed record PhaseFilter(PhaseGroup Group, string? Application, string? Environment, string? Before)
{
    public const int PageSize = 50;

    public static PhaseFilter Of(IQueryCollection query, string? application = null) => new(
        Enum.GetValues<PhaseGroup>().FirstOrDefault(group => string.Equals(Word(group), query["phase"], StringComparison.Ordinal)),
        application ?? Some(query["application"]), Some(query["environment"]), Some(query["before"]));

    public DeploymentQuery Query(int limit) => new(Application, Environment, Phases is { } phases ? string.Join(',', phases.Select(Name)) : null, Before, limit);

    /// <param name="path">The page's path; where it names the application, the query does not.</param>
    public string Address(string path)
    {
        var query = new QueryBuilder();
        if (Application is not null && !path.StartsWith("/applications/", StringComparison.Ordinal)) query.Add("application", Application);
        if (Environment is not null) query.Add("environment", Environment);
        if (Group != PhaseGroup.All) query.Add("phase", Word(Group));
        if (Before is not null) query.Add("before", Before);
        return path + query;
    }

    public static string Word(PhaseGroup group) => group switch
    {
        PhaseGroup.All => "all",
        PhaseGroup.Failed => "failed",
        PhaseGroup.Waiting => "waiting",
        PhaseGroup.Open => "open",
        PhaseGroup.Succeeded => "succeeded",
    };

    private IReadOnlyList<Phase>? Phases => Group switch
    {
        PhaseGroup.All => null,
        PhaseGroup.Failed => [Phase.Failed, Phase.RolledBack, Phase.RollbackFailed, Phase.RollingBack, Phase.NeedsAttention],
        PhaseGroup.Waiting => [Phase.Waiting],
        PhaseGroup.Open => [.. Enum.GetValues<Phase>().Where(phase => !phase.IsTerminal())],
        PhaseGroup.Succeeded => [Phase.Succeeded],
    };

    private static string Name(Phase phase) => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
