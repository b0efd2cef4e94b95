using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Oci.Blobs;
using Towpath.Oci.Calling;

namespace Towpath.Oci.Tags;

/// <summary>Lists tags, page by page (OCI distribution specification, "Listing Tags").</summary>
internal sealed class TagList(RegistryCaller caller)
{
    private const int MostBytes = 8 << 20;
    private const int MostPages = 10_000;

    public async IAsyncEnumerable<string> AllAsync(Shelf shelf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = $"v2/{shelf.Repository}/tags/list?n=1000";
        for (var page = 0; next is not null; page++)
        {
            var request = new RegistryRequest(HttpMethod.Get, shelf.Registry, next, [RegistryRequest.Pull(shelf.Repository)], $"listing the tags of {shelf}")
            {
                Answers = [404],
            };
            if (page == MostPages) throw RegistryCaller.Nonsense(request, $"there are more than {MostPages} pages");
            (var tags, next) = await caller.CallAsync(request, (response, deadline) => ReadAsync(request, response, deadline.Token), cancellationToken);
            foreach (var tag in tags) yield return tag;
        }
    }

    private static async Task<(IReadOnlyList<string> Tags, string? Next)> ReadAsync(
        RegistryRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) return ([], null);
        try
        {
            var answer = JsonSerializer.Deserialize(await BoundedBody.ReadAsync(response, MostBytes, cancellationToken), TagJson.Default.TagPage);
            return (answer?.Tags ?? [], NextPage.Of(request, response));
        }
        catch (JsonException exception)
        {
            throw RegistryCaller.Nonsense(request, "the answer is not a list of tags", exception);
        }
    }
}

internal sealed record TagPage(IReadOnlyList<string>? Tags = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TagPage))]
internal sealed partial class TagJson : JsonSerializerContext;
