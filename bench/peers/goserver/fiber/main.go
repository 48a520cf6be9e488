// Command fiber serves the benchmark's routes with Fiber and goccy/go-json.
//
//	fiber PORT
package main

import (
	"fmt"
	"os"

	"github.com/goccy/go-json"
	"github.com/gofiber/fiber/v3"

	"goserver/money"
)

func main() {
	app := fiber.New(fiber.Config{JSONEncoder: json.Marshal, JSONDecoder: json.Unmarshal})
	app.Get("/text", func(c fiber.Ctx) error { return c.SendString(money.Text) })
	app.Get("/big", func(c fiber.Ctx) error { return c.SendString(money.Big) })
	app.Get("/json", func(c fiber.Ctx) error { return c.JSON(money.Hello) })
	app.Get("/tax/:income", func(c fiber.Ctx) error {
		t, err := money.TaxOf(c.Params("income"))
		if err != nil {
			return err
		}
		return c.JSON(t)
	})
	app.Get("/taxx/:income", func(c fiber.Ctx) error {
		t, err := money.ExactTaxOf(c.Params("income"))
		if err != nil {
			return err
		}
		return c.JSON(t)
	})
	app.Post("/invoice", func(c fiber.Ctx) error {
		var b money.Bill
		if err := json.Unmarshal(c.Body(), &b); err != nil {
			return err
		}
		return c.JSON(money.SumOf(&b))
	})
	app.Post("/invoicex", func(c fiber.Ctx) error {
		var b money.ExactBill
		if err := json.Unmarshal(c.Body(), &b); err != nil {
			return err
		}
		return c.JSON(money.ExactSumOf(&b))
	})
	fmt.Fprintln(os.Stderr, "fiber:", app.Listen("127.0.0.1:"+os.Args[1], fiber.ListenConfig{DisableStartupMessage: true}))
	os.Exit(1)
}
