using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Oidc;

/// <summary>Mints tokens for jobs as GitHub Actions does. Source: GitHub, "OpenID Connect reference".</summary>
public sealed class ActionsIssuer : IDisposable
{
    /// <summary>Where a GitHub Enterprise Server has it.</summary>
    public const string Path = "_services/token";

    private readonly EmulatorWorld _world;
    private readonly List<SigningKey> _keys = [];
    private readonly Dictionary<string, JsonObject> _jobs = new(StringComparer.Ordinal);
    private string? _issuer;

    internal ActionsIssuer(EmulatorWorld world) => _world = world;

    /// <summary>The claim <c>iss</c>; the emulator's own address unless something else is set.</summary>
    public string Issuer
    {
        get => _issuer ?? _world.Urls.Web(Path);
        set => _issuer = value;
    }

    /// <summary>GitHub's tokens live five minutes.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The key that signs now.</summary>
    public SigningKey Key
    {
        get
        {
            lock (_world.Gate)
            {
                if (_keys.Count == 0) _keys.Add(new SigningKey(NewId()));
                return _keys[^1];
            }
        }
    }

    public Uri JwksUri => new(_world.Urls.Web($"{Path}/.well-known/jwks"));

    /// <summary>For <c>ACTIONS_ID_TOKEN_REQUEST_URL</c>; its bearer is what <see cref="Job"/> answered.</summary>
    public Uri RequestUrl => new(_world.Urls.Web("_services/pipelines/idtoken?api-version=2.0"));

    /// <summary>From now on another key signs. The old one stays published unless it is to be forgotten.</summary>
    public void Rotate(bool forgetOld = false)
    {
        lock (_world.Gate)
        {
            _ = Key;
            if (forgetOld)
            {
                foreach (var old in _keys) old.Dispose();
                _keys.Clear();
            }

            _keys.Add(new SigningKey(NewId()));
        }
    }

    public JsonObject Jwks()
    {
        lock (_world.Gate)
        {
            _ = Key;
            return new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(k => (JsonNode)k.Public())]) };
        }
    }

    /// <summary>What a job of these claims uses as <c>ACTIONS_ID_TOKEN_REQUEST_TOKEN</c>.</summary>
    public string Job(JsonObject claims)
    {
        var token = Secrets.Word(40);
        lock (_world.Gate) _jobs[token] = claims;
        return token;
    }

    /// <summary>The claims of a run of a workflow.</summary>
    /// <param name="idsInSubject">The subject of repositories made, renamed or moved after 2026-07-15 names ids too.</param>
    public JsonObject ClaimsOf(WorkflowRun run, string? environment = null, bool idsInSubject = false) =>
        ClaimsOf(run.Repository, run.Ref, run.Sha, run.Event, run.Actor, run.Id, run.Number, run.Workflow.Path, environment, idsInSubject);

    /// <summary>The claims of a run that exists only in the token.</summary>
    public JsonObject ClaimsOf(Repository repository, string reference, string sha, string? environment = null, bool idsInSubject = false, string workflow = ".github/workflows/build.yml") =>
        ClaimsOf(repository, reference, sha, "push", _world.Accounts.User("octocat"), 4004, 7, workflow, environment, idsInSubject);

    private static JsonObject ClaimsOf(
        Repository repository, string reference, string sha, string name, Account actor, long run, int number, string workflow, string? environment, bool idsInSubject)
    {
        var subject = idsInSubject ? $"repo:{repository.Owner.Login}@{repository.Owner.Id}/{repository.Name}@{repository.Id}" : $"repo:{repository.FullName}";
        var claims = new JsonObject
        {
            ["sub"] = environment is not null ? $"{subject}:environment:{environment}" : name == "pull_request" ? $"{subject}:pull_request" : $"{subject}:ref:{reference}",
            ["ref"] = reference, ["sha"] = sha, ["repository"] = repository.FullName, ["repository_owner"] = repository.Owner.Login,
            ["repository_owner_id"] = repository.Owner.Id.ToString(), ["run_id"] = run.ToString(), ["run_number"] = number.ToString(), ["run_attempt"] = "1",
            ["repository_visibility"] = repository.IsPrivate ? "private" : "public", ["repository_id"] = repository.Id.ToString(), ["actor_id"] = actor.Id.ToString(),
            ["actor"] = actor.Login, ["workflow"] = System.IO.Path.GetFileNameWithoutExtension(workflow), ["head_ref"] = "", ["base_ref"] = "", ["event_name"] = name,
            ["ref_protected"] = repository.ProtectedBranches.Contains(reference.Replace("refs/heads/", "", StringComparison.Ordinal)) ? "true" : "false",
            ["ref_type"] = reference.StartsWith("refs/tags/", StringComparison.Ordinal) ? "tag" : "branch", ["workflow_ref"] = $"{repository.FullName}/{workflow}@{reference}",
            ["workflow_sha"] = sha, ["job_workflow_ref"] = $"{repository.FullName}/{workflow}@{reference}", ["job_workflow_sha"] = sha, ["runner_environment"] = "github-hosted",
        };
        if (environment is not null) claims["environment"] = environment;
        return claims;
    }

    /// <summary>A signed token; <paramref name="changes"/> replace or, where null, remove claims.</summary>
    public string Mint(JsonObject claims, string audience, JsonObject? changes = null)
    {
        var payload = (JsonObject)claims.DeepClone();
        var now = _world.Now;
        payload["iss"] = Issuer;
        payload["aud"] = audience;
        payload["jti"] = Guid.CreateVersion7().ToString();
        payload["iat"] = now.ToUnixTimeSeconds();
        payload["nbf"] = now.AddMinutes(-10).ToUnixTimeSeconds();
        payload["exp"] = now.Add(Lifetime).ToUnixTimeSeconds();
        foreach (var (name, value) in changes ?? [])
            if (value is null) payload.Remove(name);
            else payload[name] = value.DeepClone();
        var key = Key;
        return key.Sign(new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = key.Id }, payload);
    }

    internal JsonObject? ClaimsOf(string requestToken)
    {
        lock (_world.Gate) return _jobs.GetValueOrDefault(requestToken);
    }

    internal void Clear()
    {
        _jobs.Clear();
        _issuer = null;
        Lifetime = TimeSpan.FromMinutes(5);
    }

    public void Dispose()
    {
        lock (_world.Gate)
            foreach (var key in _keys) key.Dispose();
    }

    private static string NewId() => Guid.CreateVersion7().ToString("N");
}
