// Go net/http: submits a job and reads it, by a token, by a client certificate, and by nothing.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
)

const job = `{"command": "echo", "args": ["by", "go"]}`

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func ask(client *http.Client, token, method, path, body string) (int, []byte) {
	request := must(http.NewRequest(method, os.Getenv("URL")+path, strings.NewReader(body)))
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer := must(client.Do(request))
	defer answer.Body.Close()
	return answer.StatusCode, must(io.ReadAll(answer.Body))
}

func lives(client *http.Client, token string) {
	status, text := ask(client, token, "POST", "/?wait=30", job)
	var made struct{ ID string }
	if err := json.Unmarshal(text, &made); status != 200 || err != nil {
		panic(fmt.Sprint(status, " ", string(text)))
	}
	if _, output := ask(client, token, "GET", "/"+made.ID+"/stdout", ""); string(output) != "by go\n" {
		panic(string(output))
	}
}

func main() {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(must(os.ReadFile(os.Getenv("CA"))))
	connect := func(certificates ...tls.Certificate) *http.Client {
		config := &tls.Config{RootCAs: roots, Certificates: certificates}
		return &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	}
	lives(connect(), os.Getenv("TOKEN"))
	lives(connect(must(tls.LoadX509KeyPair(os.Getenv("CERT"), os.Getenv("KEY")))), "")
	status, text := ask(connect(), "", "POST", "/", job)
	if status != 401 || !strings.Contains(string(text), "Say who you are") {
		panic(fmt.Sprint(status, " ", string(text)))
	}
	if _, err := http.Get(os.Getenv("URL") + "/jobs"); err == nil {
		panic("an authority that it does not know was believed")
	}
	fmt.Println("net/http of", runtime.Version())
}
