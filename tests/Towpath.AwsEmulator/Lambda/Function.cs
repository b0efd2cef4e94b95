using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>A function with its versions and aliases.</summary>
public sealed class Function(string name, string arn, JsonObject settings)
{
    private int _published;

    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public FunctionVersion Latest { get; } = new("$LATEST", arn, settings);
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Published versions, oldest first.</summary>
    public List<FunctionVersion> Versions { get; } = [];

    public SortedDictionary<string, FunctionAlias> Aliases { get; } = new(StringComparer.Ordinal);

    /// <summary>$LATEST as a new version; the newest version again where neither code nor configuration changed.</summary>
    public FunctionVersion Publish(string? description, DateTimeOffset at)
    {
        var published = (JsonObject)Latest.Settings.DeepClone();
        if (description is not null) published["Description"] = description;
        if (Versions is [.., var newest] && newest.CodeSha256 == Latest.CodeSha256 && SameBut("Description", newest.Settings, published)) return newest;
        var version = $"{++_published}";
        var made = new FunctionVersion(version, $"{Arn}:{version}", published);
        made.Load(Latest.Code);
        made.Touch(at);
        made.BeActive();
        Versions.Add(made);
        return made;
    }

    /// <summary>A version by its number, $LATEST, or an alias.</summary>
    public FunctionVersion Qualified(string? qualifier)
    {
        if (qualifier is null or "$LATEST") return Latest;
        var number = Aliases.TryGetValue(qualifier, out var alias) ? alias.Version : qualifier;
        return number == "$LATEST" ? Latest : Versions.Find(version => version.Version == number) ?? throw LambdaRegion.NotFound($"{Arn}:{qualifier}");
    }

    internal AwsFault Busy() => new(
        "ResourceConflictException",
        Latest.State == "Pending"
            ? "The operation cannot be performed at this time. The function is currently in the following state: Pending"
            : $"The operation cannot be performed at this time. An update is in progress for resource: {Arn}",
        StatusCodes.Status409Conflict);

    private static bool SameBut(string but, JsonObject one, JsonObject other)
    {
        var (first, second) = ((JsonObject)one.DeepClone(), (JsonObject)other.DeepClone());
        first.Remove(but);
        second.Remove(but);
        return JsonNode.DeepEquals(first, second);
    }
}

/// <summary>A name for a version, or for two with weights.</summary>
public sealed class FunctionAlias(string name, string version)
{
    private double _share;

    public string Name { get; } = name;
    public string Version { get; set; } = version;
    public string Description { get; set; } = "";
    public string RevisionId { get; set; } = Estates.Ids.Uuid();

    /// <summary>Shares of other versions, from 0 to 1.</summary>
    public Dictionary<string, double> Weights { get; } = new(StringComparer.Ordinal);

    /// <summary>The version that the next invocation goes to: in turn, so that the shares come out exactly.</summary>
    public string Next()
    {
        foreach (var (version, weight) in Weights)
        {
            _share += weight;
            if (_share < 1 - 1e-9) continue;
            _share -= 1;
            return version;
        }
        return Version;
    }
}
