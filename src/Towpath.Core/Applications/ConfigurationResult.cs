using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications;

/// <summary>What became of reading a configuration: all of it, or everything that is wrong with it.</summary>
public sealed record ConfigurationResult
{
    private readonly IReadOnlyDictionary<string, SpecNode> _merged;

    internal ConfigurationResult(Configuration? configuration, IReadOnlyList<SpecError> errors, IReadOnlyDictionary<string, SpecNode> merged)
    {
        Configuration = configuration;
        Errors = errors;
        _merged = merged;
    }

    /// <summary>Null where there is any error.</summary>
    public Configuration? Configuration { get; }

    /// <summary>Sorted by file and place.</summary>
    public IReadOnlyList<SpecError> Errors { get; }

    /// <summary>The slugs of the app specs that could be read as YAML, sorted.</summary>
    public IEnumerable<string> Applications => _merged.Keys.Order(StringComparer.Ordinal);

    /// <summary>The app spec with the defaults merged in, as YAML text; null for an application that could not be read.</summary>
    public string? Expanded(string application) => _merged.TryGetValue(application, out var root) ? YamlWriter.Write(root) : null;
}
