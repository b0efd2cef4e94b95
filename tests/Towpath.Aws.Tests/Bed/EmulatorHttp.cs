using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Towpath.Aws.Calling;
using Towpath.AwsEmulator;

namespace Towpath.Aws.Tests.Bed;

/// <summary>Calls of somebody else, such as whoever made the infrastructure.</summary>
internal static class EmulatorHttp
{
    public static async Task<JsonObject> JsonAsync(Emulator emulator, string service, string target, JsonObject input)
    {
        using var http = new HttpClient();
        var request = new AwsRequest
        {
            Service = new AwsService(service, service, service.ToUpperInvariant()),
            Operation = target,
            Body = Encoding.UTF8.GetBytes(input.ToJsonString()),
            ContentType = "application/x-amz-json-1.1",
            Headers = [new KeyValuePair<string, string>("X-Amz-Target", target)],
        };
        using var message = AwsSignature.Sign(
            request, emulator.Url, "us-east-1", new ImmutableCredentials(emulator.Options.AccessKey, emulator.Options.Secret, null), emulator.World.Now);
        using var answer = await http.SendAsync(message, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? (JsonObject)JsonNode.Parse(body)! : throw new InvalidOperationException(body);
    }
}
