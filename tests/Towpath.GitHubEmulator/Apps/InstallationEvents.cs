using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>Webhooks about installations, which every app gets without asking.</summary>
internal static class InstallationEvents
{
    public static void Created(EmulatorWorld world, Installation installation) => Publish(world, installation, "created");

    public static void Deleted(EmulatorWorld world, Installation installation) => Publish(world, installation, "deleted");

    public static void Suspended(EmulatorWorld world, Installation installation) =>
        Publish(world, installation, installation.SuspendedAt is null ? "unsuspend" : "suspend");

    /// <summary>Repositories come to an installation of selected ones, or leave it.</summary>
    public static void Change(EmulatorWorld world, Installation installation, IReadOnlyList<Repository> added, IReadOnlyList<Repository> removed)
    {
        foreach (var repository in added) installation.Selected.Add(repository.Id);
        foreach (var repository in removed) installation.Selected.Remove(repository.Id);
        var payload = new JsonObject
        {
            ["action"] = added.Count > 0 ? "added" : "removed", ["installation"] = installation.View(), ["repository_selection"] = installation.AllRepositories ? "all" : "selected",
            ["repositories_added"] = Json.Array(added.Select(Brief)), ["repositories_removed"] = Json.Array(removed.Select(Brief)), ["requester"] = null,
            ["sender"] = SenderOf(installation).Simple(),
        };
        world.Outbox.Queue(installation.App, installation, null, "installation_repositories", payload);
    }

    private static void Publish(EmulatorWorld world, Installation installation, string action)
    {
        var payload = new JsonObject
        {
            ["action"] = action, ["installation"] = installation.View(), ["repositories"] = Json.Array(installation.Repositories.Select(Brief)), ["requester"] = null,
            ["sender"] = SenderOf(installation).Simple(),
        };
        world.Outbox.Queue(installation.App, installation, null, "installation", payload);
    }

    private static Account SenderOf(Installation installation) => installation.Account is User user ? user : installation.App.Owner;

    private static JsonNode Brief(Repository repository) => new JsonObject
    {
        ["id"] = repository.Id, ["node_id"] = repository.NodeId, ["name"] = repository.Name, ["full_name"] = repository.FullName, ["private"] = repository.IsPrivate,
    };
}
