using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Deployments;

/// <summary>Whether a commit's statuses and checks let it be deployed: all of them where none are named, none where the list is empty.</summary>
internal static class RequiredContexts
{
    public static void Check(Repository repository, Commit commit, string reference, IReadOnlyList<string>? required)
    {
        if (required is { Count: 0 }) return;
        var states = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var status in repository.Statuses.Latest(commit.Sha)) states[status.Context] = status.State;
        // Of a status and a check of one name both must have passed.
        foreach (var run in repository.Checks.Latest(commit.Sha))
            if (states.GetValueOrDefault(run.Name, "success") == "success") states[run.Name] = StateOf(run.Conclusion);
        var wrong = (required ?? [.. states.Keys]).Select(name => (Name: name, State: states.GetValueOrDefault(name, "pending"))).Where(c => c.State != "success").ToList();
        if (wrong.Count == 0) return;
        throw new GitHubFault(StatusCodes.Status409Conflict, $"Conflict: Commit status checks failed for {reference}.",
        [
            new JsonObject
            {
                ["contexts"] = Json.Array(wrong.Select(c => (JsonNode)new JsonObject { ["context"] = c.Name, ["state"] = c.State })),
                ["resource"] = "Deployment", ["field"] = "required_contexts", ["code"] = "invalid",
            },
        ]);
    }

    private static string StateOf(string? conclusion) => conclusion switch
    {
        null => "pending",
        "success" or "neutral" or "skipped" => "success",
        _ => "failure",
    };
}
