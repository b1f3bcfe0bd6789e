<?php
[, $client, $url] = $argv;
if ($client === 'streams') {
    file_get_contents($url, false, stream_context_create(['http' => ['timeout' => 2]]));
}
if ($client === 'curl') {
    $curl = curl_init($url);
    curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_FAILONERROR => true, CURLOPT_TIMEOUT => 2]);
    if (curl_exec($curl) === false) {
        error_log('cURL error ' . curl_errno($curl) . ': ' . curl_error($curl));
    }
}
if ($client === 'guzzle') {
    require '/usr/share/php/GuzzleHttp/autoload.php';
    (new GuzzleHttp\Client(['timeout' => 2]))->request('POST', $url, ['json' => ['cart' => 7]]);
}
