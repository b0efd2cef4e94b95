namespace Towpath.Oci.Calling;

/// <summary>One request to a registry.</summary>
/// <param name="Method">The method.</param>
/// <param name="Registry">The registry's host, as references name it.</param>
/// <param name="Address">Relative to the registry's root, or the absolute address of an upload.</param>
/// <param name="Scopes">What a token must allow (distribution token specification), such as <c>repository:acme/web:pull</c>.</param>
/// <param name="Action">What it does, for messages.</param>
internal sealed record RegistryRequest(HttpMethod Method, string Registry, string Address, IReadOnlyList<string> Scopes, string Action)
{
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Makes the body, anew for each attempt. What takes long renews the deadline as it moves.</summary>
    public Func<Deadline, HttpContent>? Content { get; init; }

    /// <summary>Statuses besides success that are an answer, not an error.</summary>
    public IReadOnlyList<int> Answers { get; init; } = [];

    /// <summary>Whether it may take as long as it likes while it moves.</summary>
    public bool IsTransfer { get; init; }

    public bool Writes => Method != HttpMethod.Get && Method != HttpMethod.Head;

    /// <summary>One that reads something of a repository.</summary>
    public static RegistryRequest Read(HttpMethod method, string registry, string repository, string rest, string action) =>
        new(method, registry, $"v2/{repository}/{rest}", [Pull(repository)], action);

    public static string Pull(string repository) => $"repository:{repository}:pull";

    public static string Push(string repository) => $"repository:{repository}:pull,push";

    public static string Delete(string repository) => $"repository:{repository}:delete";
}
