using System.Collections.Frozen;
using System.Text.Json;
using Towpath.Core.Facts;

namespace Towpath.GitHub.Webhooks;

/// <summary>
/// Reads deliveries. It never throws, whatever the bytes are: what is not as GitHub documents it becomes <see cref="WebhookEvent.NotUnderstood"/>, and
/// events that we do not use become <see cref="WebhookEvent.Ignored"/>.
/// </summary>
public static class WebhookReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static readonly FrozenDictionary<string, Func<JsonFields, WebhookEvent>> Readers = new Dictionary<string, Func<JsonFields, WebhookEvent>>(StringComparer.Ordinal)
    {
        ["push"] = RefEvents.Push,
        ["create"] = RefEvents.Created,
        ["delete"] = RefEvents.Deleted,
        ["pull_request"] = PullEvents.PullRequest,
        ["issue_comment"] = PullEvents.IssueComment,
        ["status"] = CheckEvents.Status,
        ["check_run"] = CheckEvents.CheckRun,
        ["check_suite"] = CheckEvents.CheckSuite,
        ["workflow_run"] = CheckEvents.WorkflowRun,
        ["release"] = DeploymentEvents.Release,
        ["deployment"] = DeploymentEvents.Deployment,
        ["deployment_status"] = DeploymentEvents.DeploymentStatus,
        ["deployment_protection_rule"] = DeploymentEvents.ProtectionRule,
        ["installation"] = AppEvents.Installation,
        ["installation_repositories"] = AppEvents.InstallationRepositories,
        ["repository"] = _ => new WebhookEvent.RepositoryChanged(),
        ["membership"] = _ => new WebhookEvent.PeopleChanged(),
        ["team"] = _ => new WebhookEvent.PeopleChanged(),
        ["organization"] = _ => new WebhookEvent.PeopleChanged(),
        ["ping"] = _ => new WebhookEvent.Ping(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The events that are more than ignored.</summary>
    public static IReadOnlyCollection<string> Used => Readers.Keys;

    /// <param name="event">What <c>X-GitHub-Event</c> said.</param>
    /// <param name="payload">The body.</param>
    public static WebhookEvent Read(string @event, ReadOnlyMemory<byte> payload)
    {
        if (!Readers.TryGetValue(@event, out var reader)) return new WebhookEvent.Ignored("nothing here uses this event");
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            return Read(@event, reader, new JsonFields(document.RootElement));
        }
        catch (JsonException)
        {
            return new WebhookEvent.NotUnderstood("the payload is not JSON, or not as GitHub writes it: cut short, too deep, or with a property twice");
        }
        catch (InvalidOperationException)
        {
            return new WebhookEvent.NotUnderstood("the payload has a name that is not Unicode");
        }
    }

    private static WebhookEvent Read(string @event, Func<JsonFields, WebhookEvent> reader, JsonFields root)
    {
        var action = root.OptionalName("action");
        var installation = root.OptionalObject("installation")?.Id("id");
        var sender = root.OptionalObject("sender") is { } from ? Account(from) : null;
        var repository = root.OptionalObject("repository") is { } about ? Repository(about, installation, @event == "repository" && action == "deleted") : null;
        if (repository is null && !WithoutRepository(@event)) root.Refuse("repository", "is missing");
        var read = reader(root);
        return (root.Wrong is { } why ? new WebhookEvent.NotUnderstood(why) : read) with { Action = action, InstallationId = installation, Sender = sender, Repository = root.Wrong is null ? repository : null };
    }

    private static bool WithoutRepository(string @event) => @event is "ping" or "installation" or "installation_repositories" or "membership" or "team" or "organization";

    internal static Account Account(JsonFields fields) => new(fields.Id("id"), fields.Name("login"), fields.OptionalName("type") ?? "User");

    internal static IReadOnlyList<RepositoryRef> Repositories(JsonFields root, string name) =>
        [.. root.Objects(name).Select(item => new RepositoryRef(item.Id("id"), item.RepositoryName("full_name")))];

    private static RepositoryName Repository(JsonFields fields, long? installation, bool isGone) => new(
        fields.Id("id"), fields.RepositoryName("full_name"), fields.Object("owner").Id("id"), installation, isGone,
        fields.OptionalInstant("updated_at") ?? DateTimeOffset.UnixEpoch);
}
