using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator.Control;

/// <summary>Reads a posted script: what is to happen to calls and webhooks, and what people and other systems do now. The answer has what came of that.</summary>
internal static class ScriptReader
{
    public static JsonObject Follow(EmulatorWorld world, JsonObject script)
    {
        var answer = new JsonObject();
        foreach (var (name, value) in script)
            if (!Set(world, name, value) && !Act(world, name, value!.AsArray(), answer)) throw new FormatException($"A script has no member '{name}'.");
        return answer;
    }

    private static bool Set(EmulatorWorld world, string name, JsonNode? value)
    {
        switch (name)
        {
            case "latencyMs":
                world.Script.Latency = TimeSpan.FromMilliseconds((double)value!);
                return true;
            case "documentedLimits":
                world.Script.DocumentedLimits = (bool)value!;
                return true;
            case "tokenLifetimeSeconds":
                world.Script.TokenLifetime = TimeSpan.FromSeconds((double)value!);
                return true;
            case "revokeTokens":
                if ((bool)value!) world.Apps.RevokeTokens();
                return true;
            case "login":
                world.Script.Login = (string?)value;
                return true;
            case "rate":
                foreach (var rate in value!.AsArray())
                    world.Limits.Set((string)rate!["of"]!, (int)rate["remaining"]!, rate["resetSeconds"] is { } seconds ? TimeSpan.FromSeconds((double)seconds) : null);
                return true;
            case "faults":
                foreach (var fault in value!.AsArray()) world.Script.Add(FaultOf(fault!.AsObject()));
                return true;
            case "webhooks":
                foreach (var rule in value!.AsArray()) world.Script.Webhooks.Add(RuleOf(rule!.AsObject()));
                return true;
            case "oidc":
                ReadIssuer(world, value!.AsObject());
                return true;
            default:
                return false;
        }
    }

    private static bool Act(EmulatorWorld world, string name, JsonArray acts, JsonObject answer)
    {
        Func<EmulatorWorld, JsonObject, JsonNode?>? act = name switch
        {
            "push" => Push,
            "tags" => Tags,
            "checks" => Check,
            "deploymentStatuses" => PostStatus,
            "runs" => Run,
            "send" => Send,
            "jobs" => Job,
            "rename" => Rename,
            _ => null,
        };
        if (act is null) return false;
        answer[name] = Json.Array(acts.Select(a => act(world, a!.AsObject())).ToList());
        return true;
    }

    private static Repository RepositoryOf(EmulatorWorld world, JsonObject act) =>
        world.Repositories.Find(act.Text("repository") ?? "") ?? throw new FormatException($"There is no repository '{act.Text("repository")}'.");

    /// <summary><c>{"repository","branch","files","message","author","parent"}</c>; with <c>sha</c> instead of files the branch is moved there, with <c>"sha":null</c> deleted.</summary>
    private static JsonNode? Push(EmulatorWorld world, JsonObject act)
    {
        var repository = RepositoryOf(world, act);
        var branch = act.Text("branch") ?? repository.DefaultBranch;
        if (act.ContainsKey("sha"))
        {
            RefEvents.Move(repository, $"refs/heads/{branch}", act.Text("sha"), world.Accounts.User(act.Text("author") ?? "octocat"));
            return act.Text("sha");
        }

        var files = (act.Member("files") ?? new JsonObject { ["change.txt"] = Secrets.Word(8) }).ToDictionary(f => f.Key, f => (string?)f.Value);
        return repository.Push(branch, files, act.Text("message") ?? "change", act.Text("author"), act.Text("parent")).Sha;
    }

    private static JsonNode? Tags(EmulatorWorld world, JsonObject act)
    {
        var repository = RepositoryOf(world, act);
        RefEvents.PushTags(repository, act.Texts("tags") ?? [], repository.Needed(act.Text("ref") ?? repository.DefaultBranch).Sha, world.Accounts.User(act.Text("author") ?? "octocat"));
        return null;
    }

    private static JsonNode? Check(EmulatorWorld world, JsonObject act)
    {
        var repository = RepositoryOf(world, act);
        var app = act.Text("app") is { } slug ? world.Apps.BySlug(slug) ?? throw new FormatException($"There is no app '{slug}'.") : world.Apps.Actions;
        return CheckEvents.Report(repository, app, repository.Needed(act.Text("ref") ?? repository.DefaultBranch).Sha, act.Text("name") ?? "build", act.ContainsKey("conclusion") ? act.Text("conclusion") : "success").Id;
    }

    private static JsonNode? PostStatus(EmulatorWorld world, JsonObject act)
    {
        var deployment = RepositoryOf(world, act).Deployments.Find(act.Number("deployment") ?? 0) ?? throw new FormatException($"There is no deployment {act.Number("deployment")}.");
        return DeploymentListener.Post(deployment, act.Text("state") ?? "success", act.Text("login"), description: act.Text("description") ?? "", environmentUrl: act.Text("environmentUrl") ?? "").Id;
    }

    /// <summary>Starts a run of a <c>workflow</c>, or ends the one with that <c>id</c>.</summary>
    private static JsonNode? Run(EmulatorWorld world, JsonObject act)
    {
        var repository = RepositoryOf(world, act);
        if (act.Number("id") is { } id)
        {
            RunEvents.Complete(repository.Runs.Find(r => r.Id == id) ?? throw new FormatException($"There is no run {id}."), act.Text("conclusion") ?? "success");
            return id;
        }

        var workflow = repository.Workflows.Find(w => w.Path.EndsWith(act.Text("workflow") ?? "", StringComparison.Ordinal)) ?? throw new FormatException($"There is no workflow '{act.Text("workflow")}'.");
        var reference = act.Text("ref") ?? $"refs/heads/{repository.DefaultBranch}";
        return RunEvents.Start(workflow, reference, repository.Needed(reference).Sha, act.Text("event") ?? "push", world.Accounts.User(act.Text("actor") ?? "octocat")).Id;
    }

    /// <summary>Sends any payload to an app: <c>{"app","event","payload"}</c>.</summary>
    private static JsonNode? Send(EmulatorWorld world, JsonObject act)
    {
        var app = world.Apps.BySlug(act.Text("app") ?? "") ?? throw new FormatException($"There is no app '{act.Text("app")}'.");
        var name = act.Text("event") ?? throw new FormatException("'event' is missing.");
        if (!app.Events.Contains(name)) app.Events.Add(name);
        world.Outbox.Queue(app, app.Installations.FirstOrDefault(), null, name, act.Member("payload") ?? []);
        return null;
    }

    /// <summary>The bearer with which a job asks for its token: <c>{"repository","ref","environment","idsInSubject","claims"}</c>.</summary>
    private static JsonNode? Job(EmulatorWorld world, JsonObject act)
    {
        var repository = RepositoryOf(world, act);
        var reference = act.Text("ref") ?? $"refs/heads/{repository.DefaultBranch}";
        var claims = world.Oidc.ClaimsOf(repository, reference, repository.Needed(reference).Sha, act.Text("environment"), act.Flag("idsInSubject") ?? false, act.Text("workflow") ?? ".github/workflows/build.yml");
        foreach (var (name, value) in act.Member("claims") ?? []) claims[name] = value?.DeepClone();
        return world.Oidc.Job(claims);
    }

    private static JsonNode? Rename(EmulatorWorld world, JsonObject act)
    {
        world.Repositories.Rename(RepositoryOf(world, act), act.Text("to") ?? throw new FormatException("'to' is missing."));
        return null;
    }

    private static ScriptedFault FaultOf(JsonObject fault) => new()
    {
        Kind = Enum.Parse<FaultKind>(fault.Text("kind") ?? "", ignoreCase: true), On = fault.Text("on") ?? "*", Containing = fault.Text("containing"),
        After = (int)(fault.Number("after") ?? 0), Times = (int)(fault.Number("times") ?? 1), Delay = TimeSpan.FromMilliseconds(fault.Number("delayMs") ?? 0),
        Status = (int)(fault.Number("status") ?? 500), Message = fault.Text("message") ?? "Server Error", RetryAfter = (int?)fault.Number("retryAfter"),
        Headers = [.. (fault.Member("headers") ?? []).Select(h => (h.Key, (string)h.Value!))],
    };

    private static WebhookRule RuleOf(JsonObject rule) => new()
    {
        Kind = Enum.Parse<WebhookFault>(rule.Text("kind") ?? "", ignoreCase: true), Event = rule.Text("event") ?? "*", After = (int)(rule.Number("after") ?? 0),
        Times = (int)(rule.Number("times") ?? 1), Delay = TimeSpan.FromMilliseconds(rule.Number("delayMs") ?? 0), By = (int)(rule.Number("by") ?? 1),
    };

    private static void ReadIssuer(EmulatorWorld world, JsonObject value)
    {
        if (value.Text("issuer") is { } issuer) world.Oidc.Issuer = issuer;
        if (value.Number("lifetimeSeconds") is { } seconds) world.Oidc.Lifetime = TimeSpan.FromSeconds(seconds);
        if (value.Text("rotate") is { } how) world.Oidc.Rotate(forgetOld: how == "forget");
    }
}
