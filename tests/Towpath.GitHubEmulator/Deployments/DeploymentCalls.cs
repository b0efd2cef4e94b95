using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Environments;

namespace Towpath.GitHubEmulator.Deployments;

/// <summary>Deployments. Source: GitHub, "REST API endpoints for deployments".</summary>
internal static class DeploymentCalls
{
    public static void Add(Router routes)
    {
        routes.On("POST /repos/{owner}/{repo}/deployments", Need.ToWrite("deployments"), Create);
        routes.On("GET /repos/{owner}/{repo}/deployments", Need.ToRead("deployments"), List);
        routes.On("GET /repos/{owner}/{repo}/deployments/{deployment_id}", Need.ToRead("deployments"), call => Answer.Ok(Of(call).View()));
        routes.On("DELETE /repos/{owner}/{repo}/deployments/{deployment_id}", Need.ToWrite("deployments"), Delete);
    }

    internal static Deployment Of(Call call) => call.Repository.Deployments.Find(call.Number64("deployment_id")) ?? throw GitHubFault.NotFound();

    internal static App? AppOf(Call call) => call.Caller switch
    {
        Caller.OfInstallation { Installation.App: var app } => app,
        Caller.Person { Via: var app } => app,
        _ => null,
    };

    private static Answer List(Call call)
    {
        var matching = call.Repository.Deployments.All.Reverse().Where(d =>
            Is(call, "sha", d.Sha) && Is(call, "ref", d.Ref) && Is(call, "task", d.Task) && Is(call, "environment", d.Environment));
        return call.Page([.. matching], d => d.View());
    }

    private static bool Is(Call call, string parameter, string value) => call.Query(parameter) is not { } asked || asked is "none" or "" || asked == value;

    private static Answer Create(Call call)
    {
        var (repository, input) = (call.Repository, call.Input);
        var reference = input.Required("ref", "Deployment");
        var commit = repository.Resolve(reference) ?? throw GitHubFault.Refused($"No ref found for: {reference}");
        if (input.Flag("auto_merge") ?? true)
            if (AutoMerge.Try(repository, reference, commit, call.Actor) is { } merged) return merged;
        RequiredContexts.Check(repository, commit, reference, input.Texts("required_contexts"));
        var environment = input.Text("environment") is { Length: > 0 } named ? named : "production";
        var deployment = new Deployment(call.World.NextId(), repository, call.Actor, AppOf(call))
        {
            Sha = commit.Sha, Ref = reference, Task = input.Text("task") ?? "deploy", Payload = PayloadOf(input), OriginalEnvironment = environment, Environment = environment,
            Description = input.Text("description"), IsTransient = input.Flag("transient_environment") ?? false,
            IsProduction = input.Flag("production_environment") ?? environment == "production",
        };
        repository.Deployments.Add(deployment);
        EnvironmentCalls.Ensure(repository, environment);
        call.World.Outbox.Publish("deployment", "created", repository, deployment.Creator, new JsonObject
        {
            ["deployment"] = deployment.View(), ["workflow"] = null, ["workflow_run"] = null,
        });
        var answer = Answer.Created(deployment.View());
        if (repository.Listener is { } outcome) DeploymentListener.Post(deployment, outcome);
        return answer;
    }

    /// <summary>An object, or a text.</summary>
    private static JsonNode? PayloadOf(JsonObject input) => input["payload"] switch
    {
        null => null,
        JsonObject payload => payload.DeepClone(),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => JsonValue.Create((string)text!),
        _ => throw GitHubFault.Refused("Invalid request.\n\nFor 'properties/payload', it is neither an object nor a string."),
    };

    private static Answer Delete(Call call)
    {
        var deployment = Of(call);
        var others = call.Repository.Deployments.All.Any(d => d != deployment && d.Environment == deployment.Environment);
        if (deployment.State != "inactive" && others)
            throw GitHubFault.Refused("We cannot delete an active deployment unless it is the only deployment in a given environment.");
        call.Repository.Deployments.Remove(deployment);
        return Answer.NoContent;
    }
}
