namespace Towpath.Core.Applications.Yaml;

/// <summary>How much one file may ask for. Far above what anyone writes by hand, far below what would hurt.</summary>
public static class YamlLimits
{
    /// <summary>Bytes as UTF-8.</summary>
    public const int Size = 1024 * 1024;

    /// <summary>Mappings and lists inside each other.</summary>
    public const int Depth = 32;

    /// <summary>Values in one file, mappings and lists included.</summary>
    public const int Nodes = 50_000;

    /// <summary>Errors reported for one file; the rest would only scroll the first ones away.</summary>
    public const int Errors = 200;
}
