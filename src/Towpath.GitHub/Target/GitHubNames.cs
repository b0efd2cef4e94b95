using Towpath.Core;
using Towpath.Core.Applications;

namespace Towpath.GitHub.Target;

/// <summary>How GitHub calls an environment.</summary>
public static class GitHubNames
{
    /// <summary>A target <c>github</c> says it itself; else the application does.</summary>
    /// <param name="application">The application; it names a repository.</param>
    /// <param name="environment">One of its environments.</param>
    /// <param name="commit">Which commit is deployed, where the name depends on it.</param>
    /// <param name="branch">Which branch or tag, where the name depends on it.</param>
    public static string EnvironmentOf(ApplicationSpec application, EnvironmentSpec environment, string commit = "", string? branch = null)
    {
        if (environment.Target.Kind != GitHubTargetSettings.Kind) return application.GitHub.NameOf(application.Name, environment.Name);
        var settings = GitHubTargetSettings.Read(environment.Target);
        var repository = settings.Repository ?? application.Repository ?? "/";
        return GitHubInputsOf.EnvironmentOf(settings, new EnvironmentKey(application.Name, environment.Name), repository, commit, branch);
    }

    /// <summary>Whether deployments there are GitHub Deployments in any case: whoever listens does them.</summary>
    public static bool IsListenedTo(TargetSpec target) => target.Kind == GitHubTargetSettings.Kind && target.Settings["workflow"] is null;
}
