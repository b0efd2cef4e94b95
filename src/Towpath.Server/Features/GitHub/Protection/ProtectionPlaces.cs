using Towpath.Core.Applications;
using Towpath.Core.Previews;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>Which environments here an environment of GitHub stands for.</summary>
internal static class ProtectionPlaces
{
    /// <param name="configuration">The one in force.</param>
    /// <param name="repository">As <c>owner/name</c>.</param>
    /// <param name="name">As GitHub calls the environment; it knows no upper and lower case there.</param>
    /// <param name="commit">Which commit is to go there, where names depend on it.</param>
    /// <param name="branch">From which branch or tag.</param>
    public static IReadOnlyList<EnvironmentOfApplication> Of(Core.Applications.Configuration configuration, string repository, string name, string commit, string? branch) =>
    [
        .. configuration.Applications.Values.OrderBy(application => application.Name, StringComparer.Ordinal)
            .SelectMany(application => application.Environments.Concat(PreviewsOf(application, name)).Select(environment => new EnvironmentOfApplication(application, environment)))
            .Where(place => Is(WantedRepository.Of(place.Application, place.Environment)?.Name, repository) && Is(GitHubNames.EnvironmentOf(place.Application, place.Environment, commit, branch), name)),
    ];

    /// <summary>Where runs may ask about an application's environments.</summary>
    public static HashSet<string> RepositoriesOf(ApplicationSpec? application) => application is null
        ? []
        : application.Environments.Select(environment => WantedRepository.Of(application, environment)?.Name).Append(application.Repository).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The slot of a pull request, where the name is one's, with what <c>github.environment</c> puts around it.</summary>
    private static IEnumerable<EnvironmentSpec> PreviewsOf(ApplicationSpec application, string name)
    {
        if (application.Previews is null) yield break;
        const string Slot = "{environment}";
        var around = application.GitHub.NameOf(application.Name, Slot).Split(Slot, 2);
        string[] names = around is [var before, var after] && name.Length > before.Length + after.Length && name.StartsWith(before, StringComparison.OrdinalIgnoreCase) && name.EndsWith(after, StringComparison.OrdinalIgnoreCase)
            ? [name, name[before.Length..^after.Length]]
            : [name];
        foreach (var slot in names.Distinct(StringComparer.Ordinal))
            if (PreviewSlot.IsReserved(slot) && application.FindEnvironment(slot) is { } preview) yield return preview;
    }

    private static bool Is(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
