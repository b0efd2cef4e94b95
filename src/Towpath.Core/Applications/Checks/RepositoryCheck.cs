using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary>Whoever waits for checks of GitHub, or is about some files only, says in which repository.</summary>
internal static class RepositoryCheck
{
    public static void Run(ApplicationFile application, SpecErrors errors)
    {
        if (application.Root["repository"] is not null) return;
        if (application.Root["paths"] is { } paths) errors.Add(paths.At, "missing-key", "'paths' are those of a repository, and the app spec names none; add 'repository: owner/name'");
        foreach (var place in application.Environments.Select(environment => environment.Value).Append(application.Root["previews"]))
            if (place is SpecNode.Mapping mapping && mapping["required_checks"] is { } checks and not SpecNode.Scalar { Value: "none" })
                errors.Add(checks.At, "missing-key", "'required_checks' are those of a repository, and the app spec names none; add 'repository: owner/name'");
    }
}
