using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features;

/// <summary>Finds what a request names, for a caller who may have it. Rights are asked first, so that refusals tell nothing about what exists.</summary>
public sealed class Lookups(IStore store, Configurations configurations, Access access)
{
    public async Task<Answer<ApplicationSpec>> ApplicationAsync(Caller caller, Permission permission, string name, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, permission, name, cancellationToken) is { } refusal) return refusal;
        var configuration = await configurations.CurrentAsync(cancellationToken);
        return configuration.FindApplication(name) is { } application
            ? application
            : Refusal.NotFound("no_such_application", $"There is no application '{PlainLines.Of(name)}' in the configuration. {await ReadableAsync(caller, configuration, cancellationToken)}");
    }

    /// <summary>Only those that the caller may read: others stay unknown.</summary>
    private async Task<string> ReadableAsync(Caller caller, Core.Applications.Configuration configuration, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(caller, cancellationToken);
        return Known("It has", configuration.Applications.Keys.Where(name => rights.May(Permission.Read, name)));
    }

    public async Task<Answer<EnvironmentOfApplication>> EnvironmentAsync(Caller caller, Permission permission, string application, string name, CancellationToken cancellationToken)
    {
        var found = await ApplicationAsync(caller, permission, application, cancellationToken);
        if (found.Value is not { } spec) return found.Refusal!;
        return spec.FindEnvironment(name) is { } environment
            ? new EnvironmentOfApplication(spec, environment)
            : Refusal.NotFound("no_such_environment", $"'{spec.Name}' has no environment '{PlainLines.Of(name)}'. {Known("It has", spec.Environments.Select(e => e.Name))}");
    }

    /// <param name="caller">Who is asking.</param>
    /// <param name="permission">What for.</param>
    /// <param name="id">The whole id or at least its last six digits.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Answer<Deployment>> DeploymentAsync(Caller caller, Permission permission, string id, CancellationToken cancellationToken)
    {
        var found = IsId(id) ? await store.Deployments.FindAsync(id, cancellationToken) : [];
        var rights = await access.OfAsync(caller, cancellationToken);
        var readable = found.Where(d => rights.May(Permission.Read, d.Key.Application) || rights.May(permission, d.Key.Application)).ToList();
        if (readable is [var one]) return rights.Refuse(permission, one.Key.Application) is { } refusal ? refusal : one;
        if (readable.Count > 1) return Refusal.Conflict("ambiguous_id", $"'{id}' is the end of more than one deployment's id. Give more of its digits.");
        if (found.Count > 0) return rights.Refuse(permission, found[0].Key.Application)!;
        return Refusal.NotFound("no_such_deployment", $"There is no deployment '{PlainLines.Of(id)}'. Give its id, or at least the last six digits of it.");
    }

    private static bool IsId(string id) => id.Length is >= 6 and <= 32 && id.All(char.IsAsciiHexDigitLower);

    private static string Known(string what, IEnumerable<string> names)
    {
        var list = string.Join(", ", names.Order(StringComparer.Ordinal).Take(10));
        return list.Length == 0 ? "The configuration has none yet." : $"{what}: {list}.";
    }
}

/// <summary>An environment with the application that it belongs to.</summary>
public sealed record EnvironmentOfApplication(ApplicationSpec Application, EnvironmentSpec Environment)
{
    public EnvironmentKey Key => new(Application.Name, Environment.Name);
}
