namespace Towpath.Oci.Calling;

/// <summary>One request to a registry.</summary>
/// <param name="Method">The method.</param>
/// <param name="Registry">The registry's host, as references name it.</param>
/// <param name="Address">Relative to the registry's root.</param>
/// <param name="Scopes">What a token must allow (distribution token specification), such as <c>repository:acme/web:pull</c>.</param>
/// <param name="Action">What it does, for messages.</param>
internal sealed record RegistryRequest(HttpMethod Method, string Registry, string Address, IReadOnlyList<string> Scopes, string Action)
{
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Makes the body, anew for each attempt.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>Statuses besides success that are an answer, not an error.</summary>
    public IReadOnlyList<int> Answers { get; init; } = [];

    public bool Writes => Method != HttpMethod.Get && Method != HttpMethod.Head;

    public static string Pull(string repository) => $"repository:{repository}:pull";

    public static string Push(string repository) => $"repository:{repository}:pull,push";
}
