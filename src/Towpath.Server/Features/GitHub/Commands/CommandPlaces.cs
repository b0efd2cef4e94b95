using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Core.Previews;
using Towpath.GitHub.Target;
using Towpath.Server.Security;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>Which environment a comment means: of the applications of its own repository, and of no other.</summary>
internal static class CommandPlaces
{
    /// <param name="applications">Those of the repository.</param>
    /// <param name="place">As it was written.</param>
    /// <param name="rights">What the caller may read.</param>
    /// <param name="pull">The pull request, since a target may be about it.</param>
    /// <returns>Where; or why that cannot be said, in words that tell the caller nothing that they may not read.</returns>
    public static (EnvironmentOfApplication? Found, string? Why) Find(IReadOnlyList<ApplicationSpec> applications, CommentPlace place, Rights rights, long pull)
    {
        var named = place.Application is { } name ? applications.Where(a => string.Equals(a.Name, name, StringComparison.Ordinal)).ToList() : [.. applications];
        if (named.Count == 0) return (null, $"'{place.Application}' is no application of this repository. {Known(applications.Where(a => MayRead(rights, a)).Select(a => a.Name))}");
        var found = named.Select(a => (Application: a, Environment: a.FindEnvironment(place.Environment) ?? ByTarget(a, place.Environment, pull))).Where(f => f.Environment is not null).ToList();
        return found switch
        {
            [var (application, environment)] => (new EnvironmentOfApplication(application, environment!), null),
            [] => (null, $"There is no environment '{place}'. {Known(named.Where(a => MayRead(rights, a)).SelectMany(a => Names(a, applications.Count > 1)))}"),
            _ => (null, $"Several applications of this repository have an environment '{place.Environment}': write one of {string.Join(", ", found.Where(f => MayRead(rights, f.Application)).Select(f => $"{f.Application.Name}/{place.Environment}").DefaultIfEmpty($"APPLICATION/{place.Environment}"))}."),
        };
    }

    /// <summary>Targets of a Deliverybot file keep their names, which need be no slugs; one for pull requests means that of this one.</summary>
    private static EnvironmentSpec? ByTarget(ApplicationSpec application, string name, long pull) =>
        application.Environments.FirstOrDefault(environment => IsCalled(environment.Target, name))
        ?? (application.Previews?.Targets.FirstOrDefault(target => IsCalled(target.Template, name)) is { } preview ? application.FindEnvironment(new PreviewSlot(pull, preview.Name).ToString()) : null);

    private static bool IsCalled(TargetSpec target, string name) =>
        target.Kind == GitHubTargetSettings.Kind && target.Settings["name"] is JsonValue value && value.TryGetValue<string>(out var called) && string.Equals(called, name, StringComparison.Ordinal);

    private static bool MayRead(Rights rights, ApplicationSpec application) => rights.May(Permission.Read, application.Name);

    private static IEnumerable<string> Names(ApplicationSpec application, bool inFull) => application.Environments.Select(e => inFull ? $"{application.Name}/{e.Name}" : e.Name);

    private static string Known(IEnumerable<string> names) => string.Join(", ", names.Take(20)) is { Length: > 0 } list ? $"Known: {list}." : "";
}
