using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Control;

/// <summary>Reads what there is to be: users, organizations, repositories and apps, in that order. The answer has the ids and secrets that were made.</summary>
internal static class StateReader
{
    private static readonly string[] Known = ["users", "organizations", "repositories", "apps"];

    public static JsonObject Read(EmulatorWorld world, JsonObject state)
    {
        if (state.FirstOrDefault(m => !Known.Contains(m.Key)) is { Key: { } unknown }) throw new FormatException($"State has no member '{unknown}'.");
        foreach (var user in state.Items("users")) ReadUser(world, user);
        foreach (var organization in state.Items("organizations")) ReadOrganization(world, organization);
        foreach (var repository in state.Items("repositories")) ReadRepository(world, repository);
        var apps = state.Items("apps").Select(a => (JsonNode)ReadApp(world, a)).ToList();
        return new JsonObject { ["apps"] = Json.Array(apps), ["repositories"] = StateView.Repositories(world) };
    }

    private static string Needed(JsonObject from, string name) => from.Text(name) ?? throw new FormatException($"'{name}' is missing in {from.ToJsonString()}.");

    private static void ReadUser(EmulatorWorld world, JsonObject user)
    {
        var read = world.Accounts.User(Needed(user, "login"), user.Number("id"));
        (read.Name, read.Email) = (user.Text("name") ?? read.Name, user.Text("email") ?? read.Email);
    }

    /// <summary><c>members</c> by login with their role, <c>teams</c> by name with their members.</summary>
    private static void ReadOrganization(EmulatorWorld world, JsonObject organization)
    {
        var read = world.Accounts.Organization(Needed(organization, "login"), organization.Number("id"));
        foreach (var (login, role) in organization.Member("members") ?? [])
        {
            world.Accounts.User(login);
            read.Members[login] = (string)role!;
        }

        foreach (var (name, members) in organization.Member("teams") ?? []) read.Team(name, [.. members!.AsArray().Select(m => (string)m!)]);
    }

    private static void ReadRepository(EmulatorWorld world, JsonObject repository)
    {
        var name = Needed(repository, "fullName");
        var read = world.Repositories.Find(name) ?? (repository.Text("forkOf") is { } parent
            ? world.Repositories.Fork(world.Repositories.Needed(parent), name.Split('/')[0], name.Split('/')[1])
            : world.Repositories.Create(name, repository.Member("files")?.ToDictionary(f => f.Key, f => (string?)f.Value), repository.Number("id"), repository.Flag("private") ?? true));
        foreach (var (login, role) in repository.Member("collaborators") ?? [])
        {
            world.Accounts.User(login);
            read.Collaborators[login] = Repository.OfPermission((string)role!);
        }

        foreach (var (team, permission) in repository.Member("teams") ?? [])
            ((read.Owner as Organization)?.Team(team) ?? throw new FormatException($"{read.Owner.Login} is no organization.")).Repositories[read.FullName] = (string)permission!;
        read.Listener = repository.Text("listener") ?? read.Listener;
        foreach (var branch in repository.Texts("protectedBranches") ?? []) read.ProtectedBranches.Add(branch);
        foreach (var workflow in repository.Items("workflows")) ReadWorkflow(world, read, workflow);
    }

    /// <summary><c>inputs</c> by name with whether they are required; <c>plan</c> as <see cref="PlanOf"/> reads it.</summary>
    private static void ReadWorkflow(EmulatorWorld world, Repository repository, JsonObject workflow)
    {
        var path = Needed(workflow, "path");
        var read = repository.Workflows.Find(w => w.Path == path);
        if (read is null) repository.Workflows.Add(read = new Workflow(world.NextId(), repository, path));
        read.Name = workflow.Text("name") ?? read.Name;
        read.RunName = workflow.Text("runName") ?? read.RunName;
        read.CanBeDispatched = workflow.Flag("dispatch") ?? read.CanBeDispatched;
        foreach (var (name, required) in workflow.Member("inputs") ?? []) read.Inputs[name] = (bool)required!;
        if (workflow.Member("plan") is { } plan) read.Plan = PlanOf(plan);
    }

    /// <summary><c>{"appearsAfterMs":0,"queuedForMs":0,"runsForMs":null,"conclusion":"failure","jobs":[{"name":"deploy","steps":["…"],"environment":"production"}]}</c></summary>
    internal static RunPlan PlanOf(JsonObject plan)
    {
        var read = new RunPlan();
        if (plan.Number("appearsAfterMs") is { } appears) read = read with { AppearsAfter = TimeSpan.FromMilliseconds(appears) };
        if (plan.ContainsKey("queuedForMs")) read = read with { QueuedFor = plan.Number("queuedForMs") is { } queued ? TimeSpan.FromMilliseconds(queued) : null };
        if (plan.ContainsKey("runsForMs")) read = read with { RunsFor = plan.Number("runsForMs") is { } runs ? TimeSpan.FromMilliseconds(runs) : null };
        if (plan.Text("conclusion") is { } conclusion) read = read with { Conclusion = conclusion };
        if (plan.ContainsKey("jobs")) read = read with { Jobs = [.. plan.Items("jobs").Select(j => new JobPlan(Needed(j, "name"), j.Texts("steps") ?? [], j.Text("environment")))] };
        return read;
    }

    private static JsonObject ReadApp(EmulatorWorld world, JsonObject app)
    {
        var slug = Needed(app, "slug");
        if (world.Apps.BySlug(slug) is not { } read)
        {
            read = new App(world, app.Number("id") ?? world.NextId(), slug, world.Accounts.Owner(app.Text("owner") ?? "towpath"))
            {
                ClientId = app.Text("clientId") ?? $"Iv23li{Secrets.Word(14)}", ClientSecret = app.Text("clientSecret") ?? Secrets.Hex(40),
            };
            world.Apps.Add(read);
        }

        read.Key = app.Text("key") ?? read.Key;
        read.WebhookSecret = app.Text("webhookSecret") ?? read.WebhookSecret;
        read.WebhookUrl = app.Text("webhookUrl") ?? read.WebhookUrl;
        read.CallbackUrls.AddRange(app.Texts("callbackUrls") ?? []);
        read.Events.AddRange((app.Texts("events") ?? []).Except(read.Events).ToList());
        foreach (var (name, level) in app.Member("permissions") ?? []) read.Permissions[name] = (string)level!;
        foreach (var installation in app.Items("installations")) read.Install(Needed(installation, "account"), [.. installation.Texts("repositories") ?? []]);
        return StateView.Of(read);
    }
}
