using Amazon.Runtime;
using Amazon.S3;

namespace Towpath.AwsEmulator.Tests.S3;

/// <summary>An emulator with the bucket <c>site</c>, and the SDK's client for it.</summary>
internal sealed class S3Fixture : IAsyncDisposable
{
    private S3Fixture(Emulator emulator, AmazonS3Client client)
    {
        Emulator = emulator;
        Client = client;
    }

    public Emulator Emulator { get; }

    public AmazonS3Client Client { get; }

    public static async Task<S3Fixture> StartAsync(EmulatorOptions? options = null)
    {
        var emulator = await Emulator.StartAsync(options, TestContext.Current.CancellationToken);
        AwsEmulator.S3.S3State.Of(emulator.State).AddBucket("site");
        return new S3Fixture(emulator, ClientOf(emulator));
    }

    public static AmazonS3Client ClientOf(Emulator emulator, Action<AmazonS3Config>? change = null, AWSCredentials? credentials = null)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = emulator.Url.GetLeftPart(UriPartial.Authority), AuthenticationRegion = emulator.Options.Region, ForcePathStyle = true, MaxErrorRetry = 0,
        };
        change?.Invoke(config);
        return new AmazonS3Client(credentials ?? new BasicAWSCredentials(emulator.Options.AccessKey, emulator.Options.Secret), config);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return Emulator.DisposeAsync();
    }
}
