namespace Towpath.Core.Operators;

/// <summary>Follows references to secrets in <c>towpath.yaml</c>. Pure: the caller reads variables and files.</summary>
/// <param name="variable">The value of an environment variable; null where it is not set.</param>
/// <param name="file">A file's text; null where it cannot be read.</param>
public sealed class SecretReferences(Func<string, string?> variable, Func<string, string?> file)
{
    private readonly List<string> _errors = [];

    /// <summary>What is wrong, each with the key, where the secret should have been, and what to do. No value is ever repeated.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Null where there is no reference, or it leads nowhere.</summary>
    /// <param name="key">Where it stands, such as <c>github.private_key</c>.</param>
    /// <param name="reference"><c>env:NAME</c>, or <c>file:</c> with an absolute path.</param>
    public string? Follow(string key, string? reference)
    {
        if (reference is null) return null;
        var isVariable = reference.StartsWith(GitHubSettings.Environment, StringComparison.Ordinal);
        var place = reference[(isVariable ? GitHubSettings.Environment : GitHubSettings.File).Length..];
        // Editors end files with a line end, which is no part of a secret.
        var value = (isVariable ? variable(place) : file(place))?.TrimEnd('\r', '\n', ' ', '\t');
        if (value is { Length: > 0 }) return value;
        _errors.Add(isVariable
            ? $"`{key}` refers to the environment variable {place}, which is {(value is null ? "not set" : "empty")}; set it for the process that runs `towpath up`"
            : $"`{key}` refers to the file {place}, which {(value is null ? "cannot be read" : "is empty")}; write the secret there, readable for the user that runs `towpath up` only");
        return null;
    }
}
