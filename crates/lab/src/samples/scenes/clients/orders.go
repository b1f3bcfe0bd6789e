package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

func load(url string) error {
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("reading orders: %w", err)
	}
	if answer.StatusCode != 200 {
		return fmt.Errorf("unexpected status %s from %s: %s", answer.Status, url, body)
	}
	return nil
}

func main() {
	if err := load(os.Args[1]); err != nil {
		log.Fatalf("could not load orders: %v", err)
	}
}
