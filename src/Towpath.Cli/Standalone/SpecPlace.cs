using Towpath.Cli.Client;
using Towpath.Cli.Output;
using Towpath.Core.Applications;
using Towpath.Core.Operators;

namespace Towpath.Cli.Standalone;

/// <summary>One application of a folder of specs, with all that commands without a control plane need to know of it.</summary>
internal sealed record SpecPlace(Configuration Configuration, OperatorSettings Settings, ApplicationSpec Application)
{
    /// <param name="specs">The folder with organization.yaml and apps/; null for what <c>towpath.yaml</c> names, else this one.</param>
    /// <param name="name">The application's slug.</param>
    public static Answer<SpecPlace> Find(string? specs, string name)
    {
        if (specs is not null && !Directory.Exists(specs)) return Wrong<SpecPlace>("no_such_path", $"there is no folder {specs}");
        var (settings, _, errors) = Operator.Read(null, specs is null ? Environment.CurrentDirectory : Path.GetFullPath(specs));
        if (settings is null) return Wrong<SpecPlace>("invalid_settings", "towpath.yaml is wrong", errors);
        var loaded = LocalTargets.Load(settings, settings.ConfigFolder, null);
        if (loaded.Configuration is not { } configuration)
            return Wrong<SpecPlace>("invalid_specs", $"the specs in {settings.ConfigFolder} are wrong; `towpath validate` shows the same", loaded.Errors);
        if (configuration.FindApplication(name) is { } own && settings.Limits.Projects.Count > 0
            && LocalTargets.Load(settings, settings.ConfigFolder, TrustedLimits.Of(settings, own.Environments)).Errors.Where(e => e.File == $"apps/{name}.yaml").ToList() is { Count: > 0 } outside)
            return Wrong<SpecPlace>("invalid_specs", $"apps/{name}.yaml uses what its project in towpath.yaml does not list", outside);
        return configuration.FindApplication(name) is { } application
            ? new Answer<SpecPlace>(new SpecPlace(configuration, settings, application), null)
            : Wrong<SpecPlace>("no_such_application", $"there is no apps/{name}.yaml in {settings.ConfigFolder}; there are: {Listed(configuration.Applications.Keys)}");
    }

    public Answer<EnvironmentSpec> FindEnvironment(string name) => Application.FindEnvironment(name) is { } environment
        ? new Answer<EnvironmentSpec>(environment, null)
        : Wrong<EnvironmentSpec>("no_such_environment", $"{Application.Name} has no environment '{name}'; it has {Listed(Application.Environments.Select(e => e.Name))}");

    /// <summary>The environment of that name, or all of them where there is no name.</summary>
    public Answer<IReadOnlyList<EnvironmentSpec>> Environments(string? name)
    {
        if (name is null) return new Answer<IReadOnlyList<EnvironmentSpec>>(Application.Environments, null);
        return FindEnvironment(name).Is(out var one, out var failure) ? new Answer<IReadOnlyList<EnvironmentSpec>>([one], null) : new Answer<IReadOnlyList<EnvironmentSpec>>(null, failure);
    }

    private static string Listed(IEnumerable<string> names) => names.Any() ? string.Join(", ", names) : "none";

    private static Answer<T> Wrong<T>(string code, string message, IReadOnlyList<SpecError>? errors = null)
        where T : class => new(null, new Failure(ExitCodes.Wrong, code, message) { Errors = errors });
}
